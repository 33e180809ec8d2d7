package io.github.dl4jx.training.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;

class InstallerTest {

  private final List<String> info = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  /** ND4J's own, without a guard. */
  private static OpExecutioner nativeExecutioner() {
    OpExecutioner executioner = Nd4j.getExecutioner();
    return Fence.isAround(executioner) ? Guards.inner(executioner) : executioner;
  }

  private Installer installer(ExecutionerSlot slot) {
    return new Installer(slot, info::add, warnings::add);
  }

  @Test
  void install_again_saysOneLine() {
    Installer installer = installer(new MemorySlot(nativeExecutioner()));
    assertThat(installer.install()).isTrue();
    assertThat(installer.install()).isTrue();
    assertThat(info)
        .containsExactly("ND4J's executioner is guarded against its crash in broadcasts");
    assertThat(warnings).isEmpty();
  }

  @Test
  void install_foreignExecutioner_leftAloneWithOneWarning() {
    OpExecutioner foreign = BroadcastGuardTest.executioner(method -> ExecutionerType.NATIVE_CPU);
    MemorySlot slot = new MemorySlot(foreign);
    Installer installer = installer(slot);
    assertThat(installer.install()).isFalse();
    assertThat(installer.install()).isFalse();
    assertThat(slot.get()).isSameAs(foreign);
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains(foreign.getClass().getName())
        .endsWith(
            "start java with"
                + " -XX:CompileCommand=exclude,org.nd4j.linalg.cpu.nativecpu.ops.NativeOpExecutioner::exec");
  }

  @Test
  void install_executionerOfAnotherDevice_leftAlone() {
    OpExecutioner cuda = BroadcastGuardTest.executioner(method -> ExecutionerType.CUDA);
    MemorySlot slot = new MemorySlot(cuda);
    assertThat(installer(slot).install()).isFalse();
    assertThat(slot.get()).isSameAs(cuda);
    assertThat(warnings).isEmpty();
  }

  @Test
  void install_noSuchField_oneWarning() {
    OpExecutioner executioner = nativeExecutioner();
    Installer installer =
        installer(
            new ExecutionerSlot() {
              @Override
              public OpExecutioner get() {
                return executioner;
              }

              @Override
              public boolean replace(OpExecutioner expected, OpExecutioner replacement)
                  throws ReflectiveOperationException {
                throw new NoSuchFieldException("OP_EXECUTIONER_INSTANCE");
              }
            });
    assertThat(installer.install()).isFalse();
    assertThat(installer.install()).isFalse();
    assertThat(info).isEmpty();
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains("NoSuchFieldException: OP_EXECUTIONER_INSTANCE")
        .contains(Installer.FLAG);
  }

  @Test
  void install_manyThreads_putOneGuard() throws Exception {
    OpExecutioner executioner = nativeExecutioner();
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      for (int round = 0; round < 50; round++) {
        MemorySlot slot = new MemorySlot(executioner);
        Installer installer = new Installer(slot, text -> {}, text -> {});
        CyclicBarrier start = new CyclicBarrier(8);
        List<Future<OpExecutioner>> seen = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
          seen.add(
              pool.submit(
                  () -> {
                    start.await();
                    return installer.install() ? slot.get() : executioner;
                  }));
        }
        for (Future<OpExecutioner> one : seen) {
          assertThat(one.get()).isSameAs(slot.get());
        }
        assertThat(Guards.inner(slot.get())).isSameAs(executioner);
      }
    } finally {
      pool.shutdown();
    }
  }

  private static final class MemorySlot implements ExecutionerSlot {

    private final AtomicReference<OpExecutioner> executioner;

    MemorySlot(OpExecutioner executioner) {
      this.executioner = new AtomicReference<>(executioner);
    }

    @Override
    public OpExecutioner get() {
      return executioner.get();
    }

    @Override
    public boolean replace(OpExecutioner expected, OpExecutioner replacement) {
      return executioner.compareAndSet(expected, replacement);
    }
  }
}
