package dev.salvor.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** An application that nobody but VolSync backs up, into a restic repository. */
record VolSyncApp(Shop shop, Restic restic, List<String> good) {
  private static final String SOURCE = "shop";
  private static final String CACHE = "volsync-src-" + SOURCE + "-cache";

  /** With 200 files that are in the repository. */
  static VolSyncApp install(Stage stage, String namespace) {
    var restic = Restic.need(stage, namespace);
    var shop = Shop.install(stage, namespace, "local-path", false);
    shop.fill(200, 20_000);
    var app = new VolSyncApp(shop, restic, shop.sums());
    restic.repository("repo");
    app.backUp("first");
    return app;
  }

  private void backUp(String trigger) {
    restic.source(SOURCE, "repo", "data", trigger);
    restic.awaitBackup(SOURCE, trigger);
  }

  /** UID of the claim that the mover keeps between two backups. */
  String cacheUid() {
    return shop.stage()
        .kube()
        .get("persistentvolumeclaim", shop.namespace(), CACHE)
        .path("metadata")
        .path("uid")
        .asText();
  }

  /** The bytes are back, and its backups go on with another cache. */
  void isBack(String lostCache) {
    shop.ready();
    assertThat(Shop.differences(good, shop.sums())).isEmpty();
    assertThat(restic.object(SOURCE).path("spec").path("paused").asBoolean()).isFalse();
    backUp("after");
    assertThat(cacheUid()).isNotEmpty().isNotEqualTo(lostCache);
  }

  /** What the map must say. */
  List<String> rows() {
    return List.of(
        shop.namespace() + "/data +1Gi +local-path +Stranded +VolSync +" + SOURCE + " ",
        shop.namespace() + "/" + CACHE + " +100Mi +local-path +Stranded +Cache");
  }
}
