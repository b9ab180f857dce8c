package dev.portcullis.edge;

import dev.portcullis.auth.AuthConfig;
import dev.portcullis.auth.account.AccountsConfig;
import dev.portcullis.auth.session.SessionsConfig;
import dev.portcullis.broadcast.BroadcastConfig;
import dev.portcullis.config.Live;
import dev.portcullis.events.OwnEvents;
import dev.portcullis.http.CsrfConfig;
import dev.portcullis.http.HttpConfig;
import dev.portcullis.http.OriginConfig;
import dev.portcullis.http.RequiredHeadersConfig;
import dev.portcullis.http.TlsConfig;
import dev.portcullis.ratelimit.RateLimitConfig;
import dev.portcullis.ratelimit.anomaly.AnomalyConfig;
import dev.portcullis.ratelimit.stuffing.StuffingConfig;
import dev.portcullis.streams.StreamsConfig;

/** The sections of the configuration that concern the edge. */
public record EdgeSections(
        EdgeConfig edge,
        HttpConfig http,
        TlsConfig tls,
        Live<OriginConfig> origin,
        RequiredHeadersConfig handshake,
        AuthConfig auth,
        CsrfConfig csrf,
        AccountsConfig accounts,
        Live<RateLimitConfig> ratelimit,
        StuffingConfig stuffing,
        BroadcastConfig broadcast,
        StreamsConfig streams,
        SessionsConfig sessions,
        Live<AnomalyConfig> anomaly,
        OwnEvents events) {}
