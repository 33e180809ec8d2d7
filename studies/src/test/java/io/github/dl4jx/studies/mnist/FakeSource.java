package io.github.dl4jx.studies.mnist;

import io.github.dl4jx.studies.mnist.SourceException.Reach;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A source of tiny files that counts how often it is asked. */
final class FakeSource implements Source {

  private final String name;
  private final boolean has;
  private final boolean required;
  private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();

  private FakeSource(String name, boolean has, boolean required) {
    this.name = name;
    this.has = has;
    this.required = required;
  }

  static FakeSource full(String name) {
    return new FakeSource(name, true, false);
  }

  static FakeSource empty(String name) {
    return new FakeSource(name, false, false);
  }

  static FakeSource emptyButRequired(String name) {
    return new FakeSource(name, false, true);
  }

  int timesAsked() {
    return asked.values().stream().mapToInt(AtomicInteger::get).sum();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean required() {
    return required;
  }

  @Override
  public void write(MnistFile file, Path target) throws IOException {
    asked.computeIfAbsent(file.name(), key -> new AtomicInteger()).incrementAndGet();
    if (!has) {
      throw new SourceException(Reach.FILE, name + " has no " + file.name(), null);
    }
    byte[] bytes = TinyMnist.bytes(file.part());
    file.copy(new ByteArrayInputStream(bytes), target, name, total -> {});
  }
}
