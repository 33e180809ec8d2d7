/** Calibration and conformal prediction, each fitted to one half of the test examples. */
@NullMarked
package io.github.dl4jx.studies.calibration;

import org.jspecify.annotations.NullMarked;
