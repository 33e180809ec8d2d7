/** All updaters on MNIST and on two functions whose minimum is known. */
@NullMarked
package io.github.dl4jx.studies.updaters;

import org.jspecify.annotations.NullMarked;
