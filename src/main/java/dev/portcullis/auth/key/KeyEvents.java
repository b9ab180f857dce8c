package dev.portcullis.auth.key;

import dev.portcullis.http.outgoing.OutgoingEvents;

/** Is told about fetches of keys, for metrics. */
public interface KeyEvents extends OutgoingEvents {
    KeyEvents NONE = new KeyEvents() {
        @Override
        public void fetched(KeyFetchResult result) {
            // not counted
        }

        @Override
        public void signatureNotChecked() {
            // not counted
        }
    };

    /** An issuer's keys were read from its server, or were to be. */
    void fetched(KeyFetchResult result);

    /** No thread was free for a signature. */
    void signatureNotChecked();
}
