package dev.portcullis.client.selfaudit;

import dev.portcullis.protocol.LowerCaseId;

/** What part of a server a probe asks about, in the order of the report. */
public enum ProbeArea implements LowerCaseId {
    CONFIGURATION("Configuration"),
    ORIGIN("Origin and handshake"),
    TLS("TLS"),
    TOKEN("Tokens and sessions"),
    FRAMING("Framing"),
    CONTENT("Content"),
    ACCESS("Access"),
    HTTP("HTTP"),
    LIMITS("Limits"),
    LOAD("Load");

    private final String title;

    ProbeArea(String title) {
        this.title = title;
    }

    public String title() {
        return title;
    }
}
