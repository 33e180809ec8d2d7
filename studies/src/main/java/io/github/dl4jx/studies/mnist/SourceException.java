package io.github.dl4jx.studies.mnist;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A source cannot give a file, or gave wrong bytes: the next source may still have it. Trouble with
 * the place the file goes to is a plain {@link IOException} instead, which no other source cures.
 */
final class SourceException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Whom a failure concerns, and so whether asking again makes sense. */
  enum Reach {
    /** This file only, and asking again would give the same. */
    FILE,
    /** This file only, for the moment: the same request may succeed later. */
    MOMENT,
    /** Every file of the source: it is not there. */
    SOURCE
  }

  private final Reach reach;

  SourceException(Reach reach, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reach = reach;
  }

  Reach reach() {
    return reach;
  }
}
