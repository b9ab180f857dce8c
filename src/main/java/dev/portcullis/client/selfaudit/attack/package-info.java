/**
 * How does an auditor speak to a server as no correct client does? Connections on which every byte is the auditor's own, TLS
 * greetings of old clients, forged tokens, and the pace that keeps all of it bounded. Owns the connections of one run, and closes
 * what a probe opened. A server that ends a connection or says nothing is an answer; a failed connection is an {@code IOException},
 * which says that nothing was learnt.
 */
@NullMarked
package dev.portcullis.client.selfaudit.attack;

import org.jspecify.annotations.NullMarked;
