package dev.salvor.gitops;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Ref;
import dev.salvor.kube.Edit;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Seen;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How one kind of GitOps object is made to stand still, and let go. It knows no cluster. */
sealed interface Brake permits FluxBrake, ArgoBrake, SetBrake {
  /** The brake of an owner. */
  static Brake of(Ref owner) {
    if (Kinds.APPLICATION.of(owner)) return ArgoBrake.INSTANCE;
    if (Kinds.APPLICATION_SET.of(owner)) return SetBrake.INSTANCE;
    return FluxBrake.INSTANCE;
  }

  /** The fields as they are before the hold. */
  ObjectNode before(Seen owner);

  /** The field that keeps it still: whoever writes it takes the hold away. */
  String field();

  /** True if it writes nothing by itself, whoever brought that about. */
  boolean stands(Seen owner);

  /** Why it is writing just now although it stands; empty if it is not. */
  Optional<String> writing(Seen owner);

  /** Takes hold: one patch with the field, the signature and the request for a sign of life. */
  Edit hold(Seen owner, Run run, Instant started);

  /**
   * A harder way, for an object that is signed by us but does not stand; empty if there is none.
   */
  default Optional<Edit> harder(Seen owner) {
    return Optional.empty();
  }

  /** Ends what it is writing, when it has been writing for too long; empty if that is no matter. */
  default Optional<Edit> cut(Seen owner, Instant now) {
    return Optional.empty();
  }

  /**
   * Why a run from before the hold may still be writing; empty once its controller has said that it
   * saw the hold. Only for an object that stands and is signed by us.
   */
  Optional<String> unconfirmed(Seen owner);

  /**
   * True if its controller cannot say so, because what it needs for that is away, and cannot begin
   * to write for the same reason.
   */
  default boolean blind(Seen owner) {
    return false;
  }

  /** How long its controller may take to say so. */
  Duration patience(Seen owner);

  /** Gives it back as it was and asks its controller to look at it. */
  Edit release(Seen owner, @Nullable ObjectNode before, Run run, Instant now);

  /** What it has not reached since it was given back; empty once all is as Git wants it. */
  Optional<String> unsettled(Seen owner);

  /** Name of the controller, as in the label that its Deployment or StatefulSet carries. */
  String controller(Ref owner);
}
