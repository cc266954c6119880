package dev.salvor.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Collections;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SegmentRangesTest {
  @Test
  void isASetInAnyOrderInAnyPieces() {
    for (var seed = 0; seed < 500; seed++) {
      var dice = new Random(seed);
      var reference = new TreeMap<Long, Instant>();
      var parts = new SegmentRanges[] {new SegmentRanges(), new SegmentRanges()};
      var numbers =
          new java.util.ArrayList<>(
              LongStream.range(0, 60).filter(_ -> dice.nextInt(4) > 0).boxed().toList());
      if (seed % 3 > 0) Collections.shuffle(numbers, dice);
      for (var number : numbers) {
        var at = Instant.ofEpochSecond(number * 10 + 5);
        reference.put(number, at);
        parts[seed % 2 == 0 ? 0 : dice.nextInt(2)].add(number, at);
      }
      parts[0].addAll(parts[1]);
      compare("seed " + seed, parts[0], reference);
    }
  }

  private static void compare(
      String where, SegmentRanges ranges, TreeMap<Long, Instant> reference) {
    for (var number = -1L; number < 62; number++) {
      assertThat(ranges.has(number)).as(where).isEqualTo(reference.containsKey(number));
      var end = number;
      while (reference.containsKey(end + 1)) end++;
      if (reference.containsKey(number)) {
        assertThat(ranges.runEnd(number)).as(where + " from " + number).hasValue(end);
        if (end == number) {
          assertThat(ranges.modified(number)).as(where).contains(reference.get(number));
          if (reference.containsKey(number - 1))
            assertThat(ranges.modifiedBefore(number)).as(where).contains(reference.get(number - 1));
        } else assertThat(ranges.modified(number)).as(where).isEmpty();
      } else assertThat(ranges.runEnd(number)).as(where).isEmpty();
      var ceiling = reference.ceilingKey(number);
      assertThat(ranges.ceiling(number).isPresent()).as(where).isEqualTo(ceiling != null);
      if (ceiling != null) assertThat(ranges.ceiling(number)).as(where).hasValue(ceiling);
    }
    if (!reference.isEmpty()) assertThat(ranges.highest()).hasValue(reference.lastKey());
  }

  @Test
  void aMillionSegmentsAreOneRun() {
    var ranges = new SegmentRanges();
    for (var number = 0L; number < 1_000_000; number++) ranges.add(number, Instant.EPOCH);
    assertThat(ranges.runs()).isEqualTo(1);
    assertThat(ranges.runEnd(0)).hasValue(999_999);
  }

  @Test
  void theSameSegmentUnderTwoSuffixesIsOne() {
    var ranges = new SegmentRanges();
    ranges.add(7, Instant.ofEpochSecond(1));
    ranges.add(7, Instant.ofEpochSecond(3));
    ranges.add(7, Instant.ofEpochSecond(2));
    assertThat(ranges.runs()).isEqualTo(1);
    assertThat(ranges.modified(7)).contains(Instant.ofEpochSecond(3));
  }
}
