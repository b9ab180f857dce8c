package dev.portcullis.edge.tcp;

import dev.portcullis.protocol.LowerCaseId;

/** Why we close a TCP connection that has not upgraded. */
public enum PendingEnd implements LowerCaseId {
    ADDRESS_LIMIT,
    NODE_LIMIT,
    ADDRESS_RATE,
    DEADLINE,
    IDLE,
    UNTRUSTED_PROXY,
    PROXY_HEADER
}
