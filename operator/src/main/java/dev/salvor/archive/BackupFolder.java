package dev.salvor.archive;

import dev.salvor.archive.BackupInfo.Unusable;
import dev.salvor.archive.ObjectStore.Listing;
import dev.salvor.archive.ObjectStore.Visitor;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the folders below {@code base/}. */
record BackupFolder(ObjectStore store, Patience patience) {
  /** Two calls each; retention keeps far fewer, and the newest are the ones that matter. */
  private static final int MOST = 500;

  /** barman writes a few KiB. */
  private static final int LONGEST_INFO = 1 << 20;

  private static final Pattern ID = Pattern.compile("\\d{8}T\\d{6}");

  /** Eldest first. */
  List<BaseBackup> all(String base) {
    var ids = new ArrayList<String>();
    store.list(
        Listing.below(base),
        new Visitor() {
          @Override
          public boolean object(String key, long size, Instant modified) {
            return patience.left();
          }

          @Override
          public boolean folder(String prefix) {
            var id = prefix.substring(base.length(), prefix.length() - 1);
            if (ID.matcher(id).matches()) ids.add(id);
            return patience.left();
          }
        });
    ids.sort(null);
    var newest = ids.subList(Math.max(0, ids.size() - MOST), ids.size());
    return newest.stream().map(id -> one(id, base + id + "/")).toList();
  }

  private BaseBackup one(String id, String folder) {
    // names up to the first dot: data, data_0001, 16387; parts are compressed alike
    var tars = new HashSet<String>();
    var info = new HashSet<String>();
    store.list(
        Listing.all(folder),
        (key, size, modified) -> {
          var name = key.substring(folder.length());
          if (name.equals("backup.info")) info.add(key);
          var dot = name.indexOf(".tar");
          if (dot > 0 && size > 0 && name.indexOf('/') < 0) tars.add(name.substring(0, dot));
          return patience.left();
        });
    if (info.isEmpty()) return BaseBackup.flawed(id, "its backup.info is missing");
    try {
      var text =
          new String(store.read(folder + "backup.info", 0, LONGEST_INFO), StandardCharsets.UTF_8);
      var backup = BackupInfo.parse(id, text);
      return whole(backup, tars);
    } catch (Unusable unusable) {
      return BaseBackup.flawed(id, unusable.why());
    } catch (ArchiveException gone) {
      // retention may have deleted it since it was listed
      if (gone.kind() != ArchiveException.Kind.NO_SUCH_KEY) throw gone;
      return BaseBackup.flawed(id, "its backup.info is missing");
    }
  }

  private static BaseBackup whole(BackupInfo backup, Set<String> tars) {
    if (!tars.contains("data")) return BaseBackup.flawed(backup.id(), "its data.tar is missing");
    for (var tablespace : backup.tablespaces())
      if (!tars.contains(Long.toString(tablespace.oid())))
        return BaseBackup.flawed(
            backup.id(),
            "the data of tablespace " + BackupInfo.printable(tablespace.name()) + " is missing");
    return BaseBackup.usable(backup);
  }
}
