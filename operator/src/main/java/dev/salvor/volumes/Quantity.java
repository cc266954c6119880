package dev.salvor.volumes;

/** Amounts as Kubernetes writes them, see {@link dev.salvor.kube.Quantity}. */
public final class Quantity {
  private Quantity() {}

  /** See {@link dev.salvor.kube.Quantity#bytes}. */
  public static long bytes(String text) {
    return dev.salvor.kube.Quantity.bytes(text);
  }
}
