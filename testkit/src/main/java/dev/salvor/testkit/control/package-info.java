/**
 * The embedded control plane: a real kube-apiserver, etcd and kube-controller-manager on this
 * machine, without nodes, and the real cluster as a {@link dev.salvor.testkit.World}.
 */
@NullMarked
package dev.salvor.testkit.control;

import org.jspecify.annotations.NullMarked;
