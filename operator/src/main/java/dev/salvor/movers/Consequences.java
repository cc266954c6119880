package dev.salvor.movers;

import dev.salvor.api.VolumeSource.RestoreJob;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Findings;
import dev.salvor.kube.Kinds;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Whether what is to follow a Job can be done, before anything is done. */
record Consequences(ClusterReader cluster, RestoreJob job, String namespace) {
  private static final String TOKEN = "kubernetes.io/service-account-token";

  void judge(Findings findings) {
    for (var capture : job.allCaptures()) {
      if (pattern(findings, "captures", capture.pattern())
          && !Captured.named(Pattern.compile(capture.pattern())))
        findings.refuse(
            "PatternInvalid",
            "the pattern for " + Captured.text(capture) + " has no group named value",
            "Write (?<value>...) around what is to be captured, in a new recovery");
      secret(findings, capture.secret());
    }
    for (var restart : job.allRestarts()) {
      var ref = RestartWorkloads.ref(restart, namespace);
      if (cluster.get(ref).isEmpty())
        findings.refuse(
            "RestartUnknown",
            ref.text() + " of spec.source.job.rolloutRestarts is not there",
            "Correct its name in a new recovery, or take it out");
    }
    for (var name : job.allExternalSecrets())
      if (SyncExternalSecrets.find(cluster, namespace, name).isEmpty())
        findings.refuse(
            "ExternalSecretUnknown",
            "ExternalSecret " + namespace + "/" + name + " is not there",
            "Correct spec.source.job.externalSecrets in a new recovery");
  }

  private void secret(Findings findings, String name) {
    var live = cluster.get(Kinds.SECRET.ref(namespace, name));
    if (live.isEmpty()) return;
    if (live.get().flag("/immutable") || live.get().text("/type").equals(TOKEN))
      findings.refuse(
          "SecretUnfit",
          live.get().ref().text() + " cannot be given a new value: it is immutable, or a token",
          "Name another Secret in spec.source.job.captures of a new recovery");
    for (var owner : live.get().at("/metadata/ownerReferences"))
      if (owner.path("kind").asText().equals("ExternalSecret"))
        findings.warn(
            "CaptureReverted",
            live.get().ref().text()
                + " is written by ExternalSecret "
                + owner.path("name").asText()
                + ", which will put back what its store has",
            "Write the new value into the store, too");
  }

  /** False if it is none. */
  static boolean pattern(Findings findings, String field, String pattern) {
    try {
      Pattern.compile(pattern);
      return true;
    } catch (PatternSyntaxException wrong) {
      findings.refuse(
          "PatternInvalid",
          "spec.source.job." + field + " is no regular expression: " + wrong.getDescription(),
          "Correct it in a new recovery");
      return false;
    }
  }
}
