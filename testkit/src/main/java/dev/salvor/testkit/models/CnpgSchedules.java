package dev.salvor.testkit.models;

import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.World;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;

/** The ScheduledBackup controller: six fields, seconds first; `*`, `*&#47;n`, numbers, lists. */
final class CnpgSchedules {
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss").withZone(ZoneOffset.UTC);

  private record Question(String schedule, Instant from) {}

  /** Until when nothing is due, by what was asked: the next round need not look there again. */
  private final Map<Question, Instant> quiet = new HashMap<>();

  void act(World world) {
    for (var schedule : world.look(Kinds.SCHEDULED_BACKUP, "")) {
      if (!schedule.terminating() && !schedule.flag("/spec/suspend")) check(world, schedule);
    }
  }

  private void check(World world, Seen schedule) {
    var now = world.now().truncatedTo(ChronoUnit.SECONDS);
    var last = schedule.time("/status/lastCheckTime");
    if (last.isEmpty()) {
      if (schedule.flag("/spec/immediate")) fire(world, schedule, now, true);
      else checked(world, schedule, now, false);
      return;
    }
    if (now.isAfter(last.get()) && isDue(schedule.text("/spec/schedule"), last.get(), now))
      fire(world, schedule, now, false);
  }

  private static void fire(World world, Seen schedule, Instant now, boolean immediate) {
    var backup =
        Json.manifest(
            Kinds.DATABASE_BACKUP, schedule.namespace(), schedule.name() + "-" + NAME.format(now));
    Json.at(backup, "/metadata/labels")
        .put(Cnpg.CLUSTER, schedule.text("/spec/cluster/name"))
        .put("cnpg.io/scheduled-backup", schedule.name())
        .put("cnpg.io/immediateBackup", Boolean.toString(immediate));
    var spec = Json.at(backup, "/spec");
    for (var field : java.util.List.of("cluster", "method", "pluginConfiguration", "target")) {
      if (schedule.has("/spec/" + field)) spec.set(field, schedule.at("/spec/" + field).deepCopy());
    }
    var owner = schedule.text("/spec/backupOwnerReference");
    if (owner.equals("self")) Json.ownedBy(backup, schedule.json());
    if (owner.equals("cluster"))
      world
          .look(Kinds.CLUSTER.ref(schedule.namespace(), schedule.text("/spec/cluster/name")))
          .ifPresent(cluster -> Json.ownedBy(backup, cluster.json()));
    if (world.look(Json.ref(backup)).isEmpty()) world.create(backup);
    checked(world, schedule, now, true);
  }

  private static void checked(World world, Seen schedule, Instant now, boolean fired) {
    var told = schedule.json().deepCopy();
    var status = Json.at(told, "/status").put("lastCheckTime", now.toString());
    if (fired) status.put("lastScheduleTime", now.toString());
    world.update(told);
  }

  /** True if the schedule has a moment after {@code from}, up to {@code to}. */
  boolean isDue(String schedule, Instant from, Instant to) {
    var question = new Question(schedule, from);
    var looked = quiet.getOrDefault(question, from);
    var earliest = to.minus(Duration.ofDays(1));
    var moment = (looked.isBefore(earliest) ? earliest : looked).plusSeconds(1);
    for (; !moment.isAfter(to); moment = moment.plusSeconds(1)) {
      if (matches(schedule, moment)) return true;
    }
    quiet.put(question, to);
    return false;
  }

  private static boolean matches(String schedule, Instant moment) {
    var fields =
        schedule
            .replace("@hourly", "0 0 * * * *")
            .replace("@daily", "0 0 0 * * *")
            .replace("@midnight", "0 0 0 * * *")
            .split(" +", -1);
    if (fields.length != 6) return false;
    var at = moment.atOffset(ZoneOffset.UTC);
    var values =
        new int[] {
          at.getSecond(),
          at.getMinute(),
          at.getHour(),
          at.getDayOfMonth(),
          at.getMonthValue(),
          at.getDayOfWeek().getValue() % 7
        };
    for (var i = 0; i < values.length; i++) if (!matches(fields[i], values[i])) return false;
    return true;
  }

  private static boolean matches(String field, int value) {
    for (var one : field.split(",", -1)) {
      if (one.equals("*") || one.equals("?")) return true;
      if (one.startsWith("*/") && value % Integer.parseInt(one.substring(2)) == 0) return true;
      if (one.matches("[0-9]+") && Integer.parseInt(one) == value) return true;
    }
    return false;
  }
}
