package dev.salvor.testkit.control;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** One control plane per JVM, started by the first test that asks for it. */
final class ControlPlaneExtension
    implements ExecutionCondition, BeforeAllCallback, ParameterResolver {
  private static final ExtensionContext.Namespace OURS =
      ExtensionContext.Namespace.create(ControlPlaneExtension.class);
  private static final AtomicBoolean TOLD = new AtomicBoolean();

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (Installation.find().isPresent()) return ConditionEvaluationResult.enabled("built");
    if (System.getProperty("control.plane", "").equals("required"))
      throw new IllegalStateException(Installation.missing());
    if (TOLD.compareAndSet(false, true))
      System.err.println("Tests on a real API server are left out: " + Installation.missing());
    return ConditionEvaluationResult.disabled(Installation.missing());
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    var wish =
        AnnotationSupport.findAnnotation(context.getRequiredTestClass(), OnControlPlane.class);
    if (wish.isEmpty()) return;
    var plane = plane(context);
    if (wish.get().controllers()) plane.startControllers();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == ControlPlane.class;
  }

  @Override
  public ControlPlane resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return plane(context);
  }

  private static ControlPlane plane(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(OURS)
        .computeIfAbsent(ControlPlane.class, any -> start(), ControlPlane.class);
  }

  private static ControlPlane start() {
    var plane = ControlPlane.start(Installation.find().orElseThrow());
    plane.installOwnCrds();
    plane.installUpstreamCrds();
    return plane;
  }
}
