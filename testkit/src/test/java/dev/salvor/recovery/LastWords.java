package dev.salvor.recovery;

import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;

/**
 * A stranger whom nobody stops: a row after the last backup is completed, when whoever wants the
 * newest moment thinks that all is in the archive, one when the application stands still, and the
 * first of the new life, which tells the new volumes from the old ones.
 */
final class LastWords implements Model {
  static final String LATE = "old-late";
  static final String LAST = "old-last";
  static final String FIRST = "good-first";

  private final DatabaseShop shop;
  private boolean late;
  private boolean last;
  private boolean first;

  LastWords(DatabaseShop shop) {
    this.shop = shop;
  }

  @Override
  public void act(World world) {
    if (!shop.cnpg.isWritable(world, DatabaseShop.DB)) return;
    if (!late && saved(world)) {
      shop.cnpg.insert(world, DatabaseShop.DB, LATE, world.now());
      late = true;
    } else if (late && !last && quiet(world)) {
      shop.cnpg.insert(world, DatabaseShop.DB, LAST, world.now());
      last = true;
    } else if (last && !first && !shop.lineage().equals("db")) {
      shop.cnpg.insert(world, DatabaseShop.DB, FIRST, world.now());
      first = true;
    }
  }

  private static boolean saved(World world) {
    return world.list(Kinds.DATABASE_BACKUP, "shop").stream()
        .filter(backup -> backup.at("/metadata/name").asText().contains("-safety-"))
        .anyMatch(backup -> backup.at("/status/phase").asText().equals("completed"));
  }

  private static boolean quiet(World world) {
    return world
        .get(Kinds.DEPLOYMENT.ref("shop", "web"))
        .filter(web -> web.at("/spec/replicas").asInt(1) == 0)
        .isPresent();
  }
}
