package dev.salvor.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.salvor.archive.ArchiveException.Kind;
import dev.salvor.archive.ObjectStore.Listing;
import dev.salvor.archive.ObjectStore.Visitor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Against a real S3 server. */
class S3ObjectStoreTest {
  private static final int MANY = 1_234;

  private static LocalBucket bucket;

  @BeforeAll
  static void fill() {
    bucket = new LocalBucket();
    bucket.putAll(IntStream.range(0, MANY).mapToObj("many/%05d"::formatted).toList());
    bucket.putAll(IntStream.range(0, 1_010).mapToObj("folders/%05d/x"::formatted).toList());
    bucket.put("text", "0123456789".getBytes(StandardCharsets.UTF_8));
    bucket.put("empty", new byte[0]);
    bucket.put("odd/a b+c%20é/ü=&?", new byte[] {1});
  }

  @AfterAll
  static void close() {
    bucket.close();
  }

  private static List<String> keys(S3ObjectStore store, Listing listing, int most) {
    var found = new ArrayList<String>();
    store.list(
        listing,
        new Visitor() {
          @Override
          public boolean object(String key, long size, Instant modified) {
            assertThat(modified).isAfter(Instant.parse("2020-01-01T00:00:00Z"));
            found.add(key);
            return found.size() < most;
          }

          @Override
          public boolean folder(String prefix) {
            found.add(prefix);
            return found.size() < most;
          }
        });
    return found;
  }

  @Test
  void listsEveryPage() {
    try (var store = bucket.open()) {
      assertThat(keys(store, Listing.all("many/"), Integer.MAX_VALUE))
          .hasSize(MANY)
          .isSorted()
          .doesNotHaveDuplicates();
      assertThat(keys(store, new Listing("many/", false, "many/00999"), Integer.MAX_VALUE))
          .hasSize(MANY - 1_000)
          .first()
          .isEqualTo("many/01000");
      assertThat(keys(store, Listing.all("many/"), 3)).hasSize(3);
      assertThat(keys(store, Listing.all("nothing/"), 3)).isEmpty();
    }
  }

  @Test
  void listsEveryPageOfFolders() {
    try (var store = bucket.open()) {
      assertThat(keys(store, Listing.below("folders/"), Integer.MAX_VALUE))
          .hasSize(1_010)
          .contains("folders/01009/");
      assertThat(keys(store, Listing.below(""), Integer.MAX_VALUE))
          .contains("many/", "folders/", "text");
    }
  }

  @Test
  void readsPartsAndWholes() throws IOException {
    try (var store = bucket.open();
        var whole = store.open("text")) {
      assertThat(new String(store.read("text", 0, 4), StandardCharsets.UTF_8)).isEqualTo("0123");
      assertThat(new String(store.read("text", 8, 100), StandardCharsets.UTF_8)).isEqualTo("89");
      assertThat(whole.readAllBytes()).hasSize(10);
      assertThat(store.read("empty", 0, 10)).isEmpty();
      assertThat(keys(store, Listing.all("odd/"), 9)).containsExactly("odd/a b+c%20é/ü=&?");
      assertThat(store.read("odd/a b+c%20é/ü=&?", 0, 9)).hasSize(1);
    }
  }

  @Test
  void whatIsMissingIsNamed() {
    try (var store = bucket.open()) {
      assertThatThrownBy(() -> store.read("nothing", 0, 1))
          .isInstanceOfSatisfying(
              ArchiveException.class,
              failed -> assertThat(failed.kind()).isEqualTo(Kind.NO_SUCH_KEY));
    }
    var elsewhere = bucket.address("no-such-bucket", "");
    try (var store = new S3ObjectStore(elsewhere, S3ObjectStore.Limits.usual())) {
      assertThatThrownBy(() -> keys(store, Listing.all(""), 1))
          .isInstanceOfSatisfying(
              ArchiveException.class,
              failed -> {
                assertThat(failed.kind()).isEqualTo(Kind.BUCKET_MISSING);
                assertThat(failed.told()).contains("no-such-bucket").doesNotContain("secret");
                assertThat(failed.remedy()).contains("destinationPath");
              });
    }
  }
}
