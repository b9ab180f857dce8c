package dev.portcullis.kit;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

/** A client's certificate with its key. The client shows it to every server, whichever authorities the server names. */
public record ClientKeys(X509Certificate leaf, PrivateKey key) {
    static ClientKeys of(KeyStore store, String alias, String password) {
        try {
            return new ClientKeys((X509Certificate) store.getCertificate(alias), (PrivateKey)
                    store.getKey(alias, password.toCharArray()));
        } catch (GeneralSecurityException broken) {
            throw new AssertionError(broken);
        }
    }

    /** The TLS of a client that has this certificate and trusts that server. */
    public SSLContext towards(SelfSigned server) {
        try {
            KeyStore believed = KeyStore.getInstance("PKCS12");
            believed.load(null, null);
            believed.setCertificateEntry("server", server.leaf());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(believed);
            TrustManager[] managers = trust.getTrustManagers();
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new Only(this)}, managers, null);
            return context;
        } catch (java.io.IOException | GeneralSecurityException broken) {
            throw new AssertionError(broken);
        }
    }

    /** The JDK's own would keep back a certificate that the server does not ask for. */
    private static final class Only extends X509ExtendedKeyManager {
        private static final String ALIAS = "client";

        private final ClientKeys keys;

        Only(ClientKeys keys) {
            this.keys = keys;
        }

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
            return ALIAS;
        }

        @Override
        public String[] getServerAliases(String type, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            throw new AssertionError("it is no server");
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return new X509Certificate[] {keys.leaf()};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return keys.key();
        }
    }
}
