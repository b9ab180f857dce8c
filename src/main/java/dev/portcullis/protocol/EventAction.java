package dev.portcullis.protocol;

/** An event of the application as what a user does: it has a limit of its own, besides that of the frame. */
public record EventAction(String id) implements ClientAction {}
