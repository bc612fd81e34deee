import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.ConstantPoolSharingOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * {@code java CacheableJars.java FOLDER}: makes the folder's jars such that a JVM keeps all their
 * classes in its AOT cache, which leaves out the classes of signed jars and those without stack
 * maps (JVMS 4.7.4), as Java 5 made them. Read from their jars and verified, picocli's are half of
 * a short command.
 */
final class CacheableJars {

  private static final int FIRST_WITH_STACK_MAPS = ClassFile.JAVA_6_VERSION;

  private CacheableJars() {}

  public static void main(String[] arguments) throws IOException {
    List<Path> jars;
    try (Stream<Path> files = Files.list(Path.of(arguments[0]))) {
      jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
    URL[] urls = new URL[jars.size()];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = jars.get(i).toUri().toURL();
    }
    // A stack map names the nearest common class of two types, which may lie in another jar.
    try (URLClassLoader loader = new URLClassLoader(urls)) {
      ClassFile classes =
          ClassFile.of(
              ConstantPoolSharingOption.NEW_POOL,
              StackMapsOption.GENERATE_STACK_MAPS,
              ClassHierarchyResolverOption.of(
                  ClassHierarchyResolver.ofClassLoading(loader).cached()));
      for (Path jar : jars) {
        if (isLeftOut(jar)) {
          Path copy = jar.resolveSibling(jar.getFileName() + ".new");
          try (OutputStream out = Files.newOutputStream(copy)) {
            rewrite(classes, jar, out);
          }
          Files.move(copy, jar, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  private static boolean isLeftOut(Path jar) throws IOException {
    try (ZipFile in = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : Collections.list(in.entries())) {
        if (isSignature(entry.getName())) {
          return true;
        }
        if (entry.getName().endsWith(".class")) {
          byte[] head = in.getInputStream(entry).readNBytes(8);
          if (head.length == 8 && (head[6] << 8 | head[7] & 0xff) < FIRST_WITH_STACK_MAPS) {
            return true;
          }
        }
      }
      return false;
    }
  }

  private static void rewrite(ClassFile classes, Path jar, OutputStream to) throws IOException {
    try (ZipFile in = new ZipFile(jar.toFile());
        ZipOutputStream out = new ZipOutputStream(to)) {
      for (ZipEntry entry : Collections.list(in.entries())) {
        if (isSignature(entry.getName())) {
          continue;
        }
        ZipEntry copy = new ZipEntry(entry.getName());
        copy.setTime(entry.getTime());
        out.putNextEntry(copy);
        byte[] bytes = in.getInputStream(entry).readAllBytes();
        if (entry.getName().equals(JarFile.MANIFEST_NAME)) {
          Manifest manifest = new Manifest(in.getInputStream(entry));
          // The digest of every entry: nobody checks it now, and every start would read it.
          manifest.getEntries().clear();
          manifest.write(out);
        } else {
          out.write(entry.getName().endsWith(".class") ? withStackMaps(classes, bytes) : bytes);
        }
        out.closeEntry();
      }
    }
  }

  private static boolean isSignature(String name) {
    return name.matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");
  }

  private static byte[] withStackMaps(ClassFile classes, byte[] bytes) {
    var old = classes.parse(bytes);
    if (old.majorVersion() >= FIRST_WITH_STACK_MAPS) {
      return bytes;
    }
    // A body that goes through a transform, even one that keeps everything, is written anew.
    return classes.transformClass(
        old,
        ClassTransform.transformingMethodBodies((code, element) -> code.with(element))
            .andThen(
                (to, element) -> {
                  if (element instanceof ClassFileVersion) {
                    to.withVersion(ClassFile.JAVA_8_VERSION, 0);
                  } else {
                    to.with(element);
                  }
                }));
  }
}
