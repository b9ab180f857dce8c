package dev.portcullis.edge.tcp;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;

/** A second TLS handshake on an established connection, which costs the server far more than the client (CVE-2011-1473). */
final class Renegotiation {
    private static final String TLS_1_3 = "TLSv1.3";
    private static final String[] NO_SUITES = {"TLS_EMPTY_RENEGOTIATION_INFO_SCSV"};

    private Renegotiation() {}

    /**
     * The engine keeps only the signalling suite, which no peer can negotiate, so it answers a renegotiation with
     * handshake_failure; the established session continues. TLS 1.3 has no renegotiation, and needs its suites for session
     * tickets.
     */
    static void refuse(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls != null && !TLS_1_3.equals(tls.engine().getSession().getProtocol())) {
            tls.engine().setEnabledCipherSuites(NO_SUITES);
        }
    }
}
