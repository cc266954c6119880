package dev.salvor.testkit.models;

import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * The controller of CronJobs. Of schedules it knows {@code *}{@code /n * * * *}, every n minutes;
 * all others are once an hour.
 */
public final class CronJobModel implements Model {
  private static final Pattern MINUTES = Pattern.compile("[*]/(\\d+) [*] [*] [*] [*]");

  @Override
  public void act(World world) {
    for (var cron : world.look(Kinds.CRON_JOB, "")) {
      if (!cron.terminating() && !cron.flag("/spec/suspend")) start(world, cron);
    }
  }

  private static void start(World world, Seen cron) {
    var period = minutes(cron.text("/spec/schedule"));
    var slot = world.now().getEpochSecond() / 60 / period * period;
    var due = Instant.ofEpochSecond(slot * 60);
    var last =
        cron.time("/status/lastScheduleTime")
            .orElseGet(() -> cron.time("/metadata/creationTimestamp").orElse(Instant.EPOCH));
    if (!last.isBefore(due)) return;
    var job = cron.json().objectNode();
    job.put("apiVersion", "batch/v1").put("kind", "Job");
    job.putObject("metadata")
        .put("name", cron.name() + "-" + slot)
        .put("namespace", cron.namespace());
    if (cron.has("/spec/jobTemplate/metadata/labels"))
      job.withObject("/metadata")
          .set("labels", cron.at("/spec/jobTemplate/metadata/labels").deepCopy());
    job.set("spec", cron.at("/spec/jobTemplate/spec").deepCopy());
    Pods.own(job, cron);
    if (world.look(Kinds.JOB.ref(cron.namespace(), cron.name() + "-" + slot)).isEmpty())
      world.create(job);
    world.save(cron.edit().set("/status/lastScheduleTime", due.toString()));
  }

  private static long minutes(String schedule) {
    var found = MINUTES.matcher(schedule);
    return found.matches() ? Long.parseLong(found.group(1)) : 60;
  }
}
