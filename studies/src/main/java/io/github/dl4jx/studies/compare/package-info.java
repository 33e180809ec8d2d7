/** One change each to plain training, in one table. */
@NullMarked
package io.github.dl4jx.studies.compare;

import org.jspecify.annotations.NullMarked;
