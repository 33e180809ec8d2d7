package io.github.dl4jx.studies;

import io.github.dl4jx.training.jobs.Packed;
import org.jspecify.annotations.Nullable;

/** A study by name, for other machines. */
final class PackedStudy implements Packed<RemoteStudy> {

  private static final long serialVersionUID = 1L;

  private final String name;
  private final StudyOptions options;
  private transient @Nullable RemoteStudy here;

  PackedStudy(String name, StudyOptions options) {
    this.name = name;
    this.options = options;
  }

  String name() {
    return name;
  }

  @Override
  public synchronized RemoteStudy unpack() {
    if (here == null) {
      Studies.prepareMachine();
      here = new RemoteStudy(Studies.named(name), options);
    }
    return here;
  }
}
