package dev.salvor.testkit;

import java.util.HashMap;
import java.util.Map;

/** What is on each volume, by the UID of the PersistentVolume. */
public final class VolumeData {
  private final Map<String, String> content = new HashMap<>();

  /** Empty if there is nothing, or the volume was deleted with its data. */
  public String of(String pvUid) {
    return content.getOrDefault(pvUid, "");
  }

  public void set(String pvUid, String data) {
    content.put(pvUid, data);
  }

  /** The provisioner deleted the volume behind the object. */
  public void destroy(String pvUid) {
    content.remove(pvUid);
  }

  /** UIDs of all volumes with something on them. */
  public Map<String, String> all() {
    return Map.copyOf(content);
  }
}
