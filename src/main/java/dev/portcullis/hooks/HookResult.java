package dev.portcullis.hooks;

import dev.portcullis.protocol.LowerCaseId;

/** The result of delivering an event, as a label. */
public enum HookResult implements LowerCaseId {
    DELIVERED,
    /** It will be delivered again. */
    REPEATED,
    DISCARDED
}
