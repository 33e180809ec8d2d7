package io.github.dl4jx.training.guard;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;

/** The private static field of {@link Nd4j}, which has a getter, but no setter. */
final class Nd4jSlot implements ExecutionerSlot {

  private static final String FIELD = "OP_EXECUTIONER_INSTANCE";

  @Override
  public OpExecutioner get() {
    return Nd4j.getExecutioner();
  }

  @Override
  public boolean replace(OpExecutioner expected, OpExecutioner replacement)
      throws ReflectiveOperationException {
    VarHandle field =
        MethodHandles.privateLookupIn(Nd4j.class, MethodHandles.lookup())
            .findStaticVarHandle(Nd4j.class, FIELD, OpExecutioner.class);
    return field.compareAndSet(expected, replacement);
  }
}
