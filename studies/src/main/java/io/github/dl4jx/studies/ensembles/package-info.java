/** All kinds of ensembles, and what the number of members is worth. */
@NullMarked
package io.github.dl4jx.studies.ensembles;

import org.jspecify.annotations.NullMarked;
