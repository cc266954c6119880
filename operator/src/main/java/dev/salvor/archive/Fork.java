package dev.salvor.archive;

import java.util.Optional;

/**
 * Where two routes from one timeline part.
 *
 * @param parent the last timeline both have
 * @param at how far both agree
 * @param next where the first route goes on: a timeline of its own, or still {@code parent}
 */
record Fork(long parent, Lsn at, long next) {
  /** Empty if they begin on different timelines, or never part. */
  static Optional<Fork> between(Route own, Route other) {
    var both = Math.min(own.legs().size(), other.legs().size());
    for (var index = 0; index < both; index++) {
      var here = own.legs().get(index);
      var there = other.legs().get(index);
      if (here.timeline() != there.timeline())
        return index == 0
            ? Optional.empty()
            : Optional.of(
                new Fork(
                    own.legs().get(index - 1).timeline(),
                    own.legs().get(index - 1).left(),
                    here.timeline()));
      var order = here.left().compareTo(there.left());
      if (order == 0) continue;
      return Optional.of(
          order < 0
              ? new Fork(here.timeline(), here.left(), own.legs().get(index + 1).timeline())
              : new Fork(here.timeline(), there.left(), here.timeline()));
    }
    return Optional.empty();
  }
}
