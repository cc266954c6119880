package dev.salvor.testkit.control;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Runs on a real API server: constructors and methods may ask for the {@link ControlPlane}, which
 * is one for all tests of the JVM, with Salvor's and the upstream CRDs. Tests keep apart by using
 * namespaces of their own, class after class: policies are for the whole cluster. Left out, with
 * one line, where the control plane has not been built; {@code -Dcontrol.plane=required} makes that
 * a failure.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("control-plane")
@ResourceLock("control-plane")
@ExtendWith(ControlPlaneExtension.class)
public @interface OnControlPlane {
  /** With the real kube-controller-manager. */
  boolean controllers() default false;
}
