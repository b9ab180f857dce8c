package dev.portcullis.edge;

import dev.portcullis.auth.AuthConfig;
import dev.portcullis.auth.account.AccountsConfig;
import dev.portcullis.auth.session.SessionsConfig;
import dev.portcullis.broadcast.BroadcastConfig;
import dev.portcullis.events.EventsConfig;
import dev.portcullis.http.CsrfConfig;
import dev.portcullis.http.HttpConfig;
import dev.portcullis.http.RequiredHeadersConfig;
import dev.portcullis.http.TlsConfig;
import dev.portcullis.ratelimit.stuffing.StuffingConfig;
import dev.portcullis.streams.StreamsConfig;

/** The sections of the configuration that the edge reads as they are at the start. */
public interface EdgeSections {
    EdgeConfig edge();

    HttpConfig http();

    TlsConfig tls();

    RequiredHeadersConfig handshake();

    AuthConfig auth();

    CsrfConfig csrf();

    AccountsConfig accounts();

    SessionsConfig sessions();

    StuffingConfig stuffing();

    BroadcastConfig broadcast();

    StreamsConfig streams();

    EventsConfig events();
}
