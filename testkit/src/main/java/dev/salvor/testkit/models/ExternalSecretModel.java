package dev.salvor.testkit.models;

import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;

/**
 * The External Secrets Operator, as far as anybody here asks it for something: it fetches once more
 * whenever an annotation has changed, and tells when (external-secrets v0.16
 * pkg/controllers/externalsecret, {@code status.refreshTime} and {@code syncedResourceVersion}).
 */
public final class ExternalSecretModel implements Model {
  private boolean silent;

  /** Its store does not answer any more. */
  public ExternalSecretModel silent() {
    silent = true;
    return this;
  }

  @Override
  public void act(World world) {
    if (silent) return;
    for (var one : world.look(Kinds.EXTERNAL_SECRET, "")) {
      var version = one.at("/metadata/annotations").toString();
      if (one.text("/status/syncedResourceVersion").equals(version)) continue;
      var told = one.json().deepCopy();
      told.withObject("/status")
          .put("refreshTime", world.now().toString())
          .put("syncedResourceVersion", version);
      world.update(told);
    }
  }
}
