/**
 * Who may be a node of the cluster? Makes the private authority of the event bus and the certificates of the nodes, in
 * folders that are copied to them. Owns no state but these files. What can't be made is one line for the operator,
 * before any file is written.
 */
@NullMarked
package dev.portcullis.app.certs;

import org.jspecify.annotations.NullMarked;
