package dev.salvor.testkit;

import dev.salvor.api.Ref;
import dev.salvor.kube.EventSink;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what people would have been told. */
public final class RecordedEvents implements EventSink {
  /** One Event, see {@link EventSink#publish}. */
  public record Told(
      Ref regarding,
      boolean warning,
      String reason,
      String action,
      String note,
      @Nullable Ref related) {}

  private final List<Told> told = new ArrayList<>();

  /** All of them, in order. */
  public List<Told> told() {
    return List.copyOf(told);
  }

  /** Their reasons, in order. */
  public List<String> reasons() {
    return told.stream().map(Told::reason).toList();
  }

  @Override
  public void publish(
      Ref regarding,
      String regardingUid,
      boolean warning,
      String reason,
      String action,
      String note,
      @Nullable Ref related) {
    told.add(new Told(regarding, warning, reason, action, note, related));
  }
}
