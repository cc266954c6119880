package dev.salvor.volumes;

/** What a person reads when the recovered volume cannot take a claim's place. */
final class CopyFit {
  static final String REMEDY =
      "make the Cluster's spec.storage (walStorage, tablespaces) agree with the claims it has, in"
          + " size and StorageClass, then apply a new recovery; or use spec.strategy: Beside";

  private CopyFit() {}

  static Obstacle obstacle(String claim, String unfit) {
    return Obstacle.swap("CopyDoesNotFit", text(claim, unfit), REMEDY);
  }

  static String text(String claim, String unfit) {
    return "the recovered volume cannot take the place behind claim " + claim + ": " + unfit;
  }
}
