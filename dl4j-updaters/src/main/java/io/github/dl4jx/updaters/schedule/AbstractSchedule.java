package io.github.dl4jx.updaters.schedule;

import io.github.dl4jx.random.internal.Fields;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;

/** A schedule whose settings are its fields: in JSON, and for {@link #equals}. */
@JsonAutoDetect(
    fieldVisibility = JsonAutoDetect.Visibility.ANY,
    getterVisibility = JsonAutoDetect.Visibility.NONE)
abstract class AbstractSchedule implements ISchedule {

  @Override
  @SuppressWarnings("MissingSuperCall") // built by constructors
  public abstract AbstractSchedule clone();

  @Override
  public boolean equals(@Nullable Object other) {
    return Fields.equal(this, other);
  }

  @Override
  public int hashCode() {
    return Fields.hash(this);
  }
}
