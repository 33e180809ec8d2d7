/**
 * The finished runs of a study, on disk as soon as they are finished, where an interrupted study
 * finds them again.
 */
@NullMarked
package io.github.dl4jx.studies.log;

import org.jspecify.annotations.NullMarked;
