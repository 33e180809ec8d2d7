/** Trainers whose members are trained one after the other, each on what the earlier ones left. */
@NullMarked
package io.github.dl4jx.ensembles.boosting;

import org.jspecify.annotations.NullMarked;
