package dev.salvor.testkit.control;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Starts a real API server for itself alone, beside the one of {@link OnControlPlane}; one such
 * test at a time. Left out where those are.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("control-plane")
@ResourceLock("own-control-plane")
@ExtendWith(ControlPlaneExtension.class)
public @interface OwnControlPlane {}
