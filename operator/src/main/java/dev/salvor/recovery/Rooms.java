package dev.salvor.recovery;

import dev.salvor.archive.Archives;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.EventSink;
import dev.salvor.kube.Interlock;
import dev.salvor.kube.Surroundings;
import dev.salvor.velero.Downloads;
import dev.salvor.workloads.HttpProbe;

/** What every runbook's steps are given. */
public record Rooms(
    ClusterWriter cluster,
    EventSink events,
    Surroundings around,
    Downloads downloads,
    HttpProbe probe,
    Archives archives,
    Interlock interlock) {}
