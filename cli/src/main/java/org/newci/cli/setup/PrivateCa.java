package org.newci.cli.setup;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority of this machine alone (RFC 5280): a root that clients believe, whose key
 * is forgotten as soon as it has signed, and an intermediate that can only sign for this machine's
 * loopback. The constraints are on the intermediate since the JDK ignores those of an anchor.
 */
final class PrivateCa {

  /** How long the authority is good for. */
  static final Duration AUTHORITY = Duration.ofDays(3650);

  /** How long a component's certificate is good for. */
  static final Duration LEAF = Duration.ofDays(365);

  /** The intermediate with its key; the root's certificate when it was made just now. */
  record Authority(X509Certificate certificate, PrivateKey key) {
    @Override
    public String toString() {
      return "Authority[" + certificate.getSubjectX500Principal() + "]";
    }
  }

  /** What {@link #create} makes: the root's key is not in it. */
  record Created(X509Certificate root, Authority intermediate) {}

  private static final SecureRandom RANDOM = new SecureRandom();

  private PrivateCa() {}

  static Created create(Instant now) {
    String name = Long.toHexString(RANDOM.nextLong());
    KeyPair rootKey = SshKeys.generate();
    X500Name rootName = new X500Name("CN=NewCI root " + name);
    X509Certificate root =
        sign(rootName, rootName, rootKey.getPublic(), rootKey.getPrivate(), now, AUTHORITY, ca(1));
    KeyPair middleKey = SshKeys.generate();
    X500Name middleName = new X500Name("CN=NewCI loopback " + name);
    X509Certificate middle =
        sign(
            rootName,
            middleName,
            middleKey.getPublic(),
            rootKey.getPrivate(),
            now,
            AUTHORITY,
            (builder, extensions) -> {
              ca(0).add(builder, extensions);
              builder.addExtension(
                  Extension.authorityKeyIdentifier,
                  false,
                  extensions.createAuthorityKeyIdentifier(rootKey.getPublic()));
              builder.addExtension(Extension.nameConstraints, true, onlyLoopback());
            });
    return new Created(root, new Authority(middle, middleKey.getPrivate()));
  }

  /** A server certificate of {@code localhost} and {@code 127.0.0.1}. */
  static X509Certificate leaf(Authority authority, String name, PublicKey key, Instant now) {
    return leaf(authority, name, key, now, List.of("localhost"));
  }

  /** The same with other names: those that the constraints forbid are refused by clients. */
  static X509Certificate leaf(
      Authority authority, String name, PublicKey key, Instant now, List<String> hosts) {
    List<GeneralName> names = new ArrayList<>();
    hosts.forEach(host -> names.add(new GeneralName(GeneralName.dNSName, host)));
    names.add(new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
    return sign(
        X500Name.getInstance(authority.certificate().getSubjectX500Principal().getEncoded()),
        new X500Name("CN=" + name),
        key,
        authority.key(),
        now,
        LEAF,
        (builder, extensions) -> {
          builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
          builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
          builder.addExtension(
              Extension.extendedKeyUsage,
              false,
              new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
          builder.addExtension(
              Extension.subjectAlternativeName,
              false,
              new GeneralNames(names.toArray(GeneralName[]::new)));
          builder.addExtension(
              Extension.authorityKeyIdentifier,
              false,
              extensions.createAuthorityKeyIdentifier(authority.certificate().getPublicKey()));
        });
  }

  private static NameConstraints onlyLoopback() {
    return new NameConstraints(
        new GeneralSubtree[] {
          new GeneralSubtree(new GeneralName(GeneralName.dNSName, "localhost")),
          new GeneralSubtree(new GeneralName(GeneralName.iPAddress, "127.0.0.1/32"))
        },
        null);
  }

  /** Adds what one kind of certificate has. */
  private interface Extras {
    void add(X509v3CertificateBuilder builder, JcaX509ExtensionUtils extensions) throws IOException;
  }

  private static Extras ca(int below) {
    return (builder, extensions) -> {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(below));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    };
  }

  private static X509Certificate sign(
      X500Name issuer,
      X500Name subject,
      PublicKey key,
      PrivateKey signer,
      Instant now,
      Duration lifetime,
      Extras extras) {
    try {
      JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              issuer,
              new BigInteger(127, RANDOM).setBit(126),
              // Clocks of two programs on one machine agree, but containers may lag a little.
              Date.from(now.minus(Duration.ofMinutes(5))),
              Date.from(now.plus(lifetime)),
              subject,
              key);
      builder.addExtension(
          Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(key));
      extras.add(builder, extensions);
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer)));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("cannot sign the certificate of " + subject, e);
    }
  }
}
