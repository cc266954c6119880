package dev.salvor.kube;

import dev.salvor.api.Marks;
import dev.salvor.api.Ref;
import dev.salvor.api.Victim;
import dev.salvor.kube.Destruction.Deed;
import dev.salvor.kube.Destruction.Outcome;

/**
 * The one class that destroys (S1, D4). What counts as destruction beside DELETE: giving a
 * PersistentVolume that is not Bound the reclaim policy {@code Delete}.
 *
 * <p>Each call makes at most one request. First the victim is marked as condemned by the run, which
 * the admission policy of the chart asks for (S9); then it is deleted with its UID and
 * resourceVersion as preconditions.
 */
public final class Destroyer {
  /** Where a victim stands. */
  public enum State {
    /** It was marked by this call, or given its policy. */
    MARKED,
    /** It was told to go by this call. */
    DELETED,
    /** It was told to go before and waits for its finalizers. */
    TERMINATING,
    /** It is gone, or another object has its name. */
    GONE
  }

  private final ClusterWriter cluster;
  private final EventSink events;
  private final Run run;

  public Destroyer(ClusterWriter cluster, EventSink events, Run run) {
    this.cluster = cluster;
    this.events = events;
    this.run = run;
  }

  /** One move towards the end of the victim. */
  public State destroy(Victim victim) {
    var seen = cluster.get(victim.ref());
    if (seen.isEmpty() || !seen.get().uid().equals(victim.uid())) return State.GONE;
    var object = seen.get();
    if (object.terminating()) return State.TERMINATING;
    if (!object.annotation(Marks.CONDEMNED).equals(run.by())) {
      cluster.write(object.edit().annotate(Marks.CONDEMNED, run.by()).write());
      return State.MARKED;
    }
    tell("Deleting", victim.ref(), "deleting " + victim.ref().text() + ", UID " + victim.uid());
    try {
      cluster.delete(victim, object.resourceVersion());
    } catch (ClusterException e) {
      throw failed(Deed.DELETE, victim, e);
    }
    taken(Deed.DELETE, victim);
    tell(
        "Deleted",
        victim.ref(),
        "the API server took the deletion of " + victim.ref().text() + ", UID " + victim.uid());
    return State.DELETED;
  }

  /**
   * One move towards the end of a pod whose node is gone for good: nobody is left to say that it
   * has stopped, so the API server is told to forget it. Also one that was told to go before.
   */
  public State expel(Victim pod) {
    var seen = cluster.get(pod.ref());
    if (seen.isEmpty() || !seen.get().uid().equals(pod.uid())) return State.GONE;
    var object = seen.get();
    if (!object.annotation(Marks.CONDEMNED).equals(run.by())) {
      cluster.write(object.edit().annotate(Marks.CONDEMNED, run.by()).write());
      return State.MARKED;
    }
    tell("Deleting", pod.ref(), "forgetting " + pod.ref().text() + ", UID " + pod.uid());
    try {
      cluster.expel(pod, object.resourceVersion());
    } catch (ClusterException e) {
      throw failed(Deed.EXPEL, pod, e);
    }
    taken(Deed.EXPEL, pod);
    tell(
        "Deleted",
        pod.ref(),
        "the API server has forgotten " + pod.ref().text() + ", UID " + pod.uid());
    return State.DELETED;
  }

  /**
   * Gives a volume the reclaim policy it had. With {@code Delete} on a volume that is not Bound
   * this is its end: its provisioner deletes the data without any further call (swap.md B3).
   */
  public State giveBackPolicy(Victim volume, String policy) {
    var seen = cluster.get(volume.ref());
    if (seen.isEmpty() || !seen.get().uid().equals(volume.uid())) return State.GONE;
    var object = seen.get();
    var destructive = policy.equals("Delete") && !object.text("/status/phase").equals("Bound");
    if (destructive && !object.annotation(Marks.CONDEMNED).equals(run.by())) {
      cluster.write(object.edit().annotate(Marks.CONDEMNED, run.by()).write());
      return State.MARKED;
    }
    var edit =
        object
            .edit()
            .set("/spec/persistentVolumeReclaimPolicy", policy)
            .annotate(Marks.POLICY_BEFORE, null)
            .annotate(Marks.HELD_BY, null)
            .label(Marks.ROLE, null)
            .label(Marks.RUN, null);
    if (edit.isEmpty()) return State.GONE;
    if (destructive)
      tell(
          "Deleting",
          volume.ref(),
          "giving reclaim policy Delete back to "
              + volume.ref().text()
              + ", which is not Bound: its data goes");
    try {
      cluster.write(edit.write());
    } catch (ClusterException e) {
      throw destructive ? failed(Deed.RELEASE, volume, e) : e;
    }
    if (destructive) {
      taken(Deed.RELEASE, volume);
      tell("Deleted", volume.ref(), volume.ref().text() + " has reclaim policy Delete again");
    }
    return State.MARKED;
  }

  private void taken(Deed deed, Victim victim) {
    events.destroyed(new Destruction(run, victim, deed, Outcome.TAKEN, ""));
  }

  private ClusterException failed(Deed deed, Victim victim, ClusterException answer) {
    events.destroyed(
        new Destruction(
            run, victim, deed, Outcome.of(answer), String.valueOf(answer.getMessage())));
    return answer;
  }

  private void tell(String reason, Ref victim, String note) {
    events.publish(run.ref(), run.uid(), false, reason, "Destroy", note, victim);
  }
}
