/**
 * What do the HTTP calls about rooms do? Makes commands of the calls, and answers of what the stages say. Owns no state. Where
 * a stage does not answer, a call is answered 503, and may be repeated.
 */
@NullMarked
package dev.portcullis.edge.api.rooms;

import org.jspecify.annotations.NullMarked;
