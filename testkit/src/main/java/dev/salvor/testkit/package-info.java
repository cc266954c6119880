/**
 * A cluster in memory that can be as unpleasant as a real one, for tests and for the demo.
 *
 * <pre>{@code
 * var kubelet = new KubeletModel();
 * var cluster = new FakeCluster()
 *     .with(new PvBinderModel(), new ProvisionerModel(), new PvcProtectionModel(),
 *         new JobModel(), new DeploymentModel(), new StatefulSetModel(), kubelet)
 *     .put("{apiVersion: v1, kind: Namespace, metadata: {name: shop}} --- ...");
 * cluster.settle();                                // seconds pass until nothing changes any more
 * new RetainVolumes(cluster, destroyer, run).act(facts, moment);
 * cluster.advance(Duration.ofSeconds(2));          // time passes, every controller acts once
 * cluster.fault(7, Fault.LOST_REPLY);              // what happens to the seventh write
 * cluster.as("kustomize-controller").apply(manifest);
 * assertThat(cluster.data(pvUid)).isEqualTo("orders");
 * }</pre>
 *
 * <p>A broken rule of swap.md 1.1 or DESIGN S1, S9 is an AssertionError at the write that breaks
 * it.
 */
@NullMarked
package dev.salvor.testkit;

import org.jspecify.annotations.NullMarked;
