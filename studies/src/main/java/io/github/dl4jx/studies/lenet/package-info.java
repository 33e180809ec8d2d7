/** A deep ensemble of LeNet-5. */
@NullMarked
package io.github.dl4jx.studies.lenet;

import org.jspecify.annotations.NullMarked;
