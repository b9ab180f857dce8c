/**
 * How fast must the bytes of a file go, who gets a place for their transfer, and may one that runs go on? Owns the places of a
 * node's transfers. A transfer of which no stage says whether it may go on
 * ends after some seconds.
 */
@NullMarked
package dev.portcullis.uploads.transfer;

import org.jspecify.annotations.NullMarked;
