package dev.portcullis.ratelimit;

import dev.portcullis.protocol.ClientAction;

/** An event of the application as what a user does: it has a limit of its own, besides that of the frame. */
record EventAction(String id) implements ClientAction {}
