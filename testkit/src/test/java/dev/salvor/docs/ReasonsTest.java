package dev.salvor.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.testkit.demo.Repository;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/reasons.md and the sources name the same reasons. */
final class ReasonsTest {
  private static final Pattern ENTRY = Pattern.compile("(?m)^### (\\w+)$");

  private final Repository repository = Repository.find();
  private final String page = repository.read("docs/reasons.md");

  @Test
  void everyReasonHasAnEntry() {
    var reasons = Reasons.in(repository.root().resolve("operator/src/main/java"));
    // a scan that finds nothing would agree with any page
    assertThat(reasons)
        .hasSizeGreaterThan(100)
        .containsKeys(
            "SuspensionLost", "DeadlineExceeded", "BackupMissing", "Deleting", "Succeeded");
    var missing = new TreeSet<>(reasons.keySet());
    entries().forEach(missing::remove);
    assertThat(missing)
        .as("reasons without an entry in docs/reasons.md, from %s", files(reasons, missing))
        .isEmpty();
  }

  private static List<String> files(
      java.util.Map<String, java.util.Set<String>> reasons, TreeSet<String> of) {
    return of.stream().map(reason -> reason + " in " + reasons.get(reason)).toList();
  }

  @Test
  void everyEntryIsAReason() {
    var entries = new TreeSet<>(entries());
    entries.removeAll(Reasons.in(repository.root().resolve("operator/src/main/java")).keySet());
    assertThat(entries).as("entries of docs/reasons.md that no source names").isEmpty();
  }

  @Test
  void entriesAreInOrderAndSayWhatToDo() {
    assertThat(entries()).doesNotHaveDuplicates();
    for (var group : page.split("(?m)^## ")) {
      var names = ENTRY.matcher(group).results().map(one -> one.group(1)).toList();
      assertThat(names).isSorted();
    }
    var silent = new ArrayList<String>();
    var parts = page.split("(?m)^### ");
    for (var i = 1; i < parts.length; i++)
      if (!parts[i].contains("**Do:** ")) silent.add(parts[i].lines().findFirst().orElse(""));
    assertThat(silent).as("entries that do not say what to do").isEmpty();
  }

  private List<String> entries() {
    return ENTRY.matcher(page).results().map((MatchResult one) -> one.group(1)).toList();
  }
}
