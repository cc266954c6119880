package dev.salvor.testkit;

import dev.salvor.api.Ref;
import java.util.HashMap;
import java.util.Map;

/**
 * A UID for every object, made of its name and of how often there was one of that name: what else
 * was created in between makes no difference between two courses.
 */
final class Uids {
  private final Map<Ref, Integer> lives = new HashMap<>();

  String next(Ref ref) {
    var life = lives.merge(ref, 1, Integer::sum);
    var bits = Standing.mixed(ref.hashCode() * 31L + life);
    return "%08x-5a1f-4000-8000-%012x".formatted(bits >>> 32, bits & 0xFFFF_FFFF_FFFFL);
  }
}
