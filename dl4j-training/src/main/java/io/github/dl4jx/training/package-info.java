/** What several networks learn from. The parts of training are in the packages below. */
@NullMarked
package io.github.dl4jx.training;

import org.jspecify.annotations.NullMarked;
