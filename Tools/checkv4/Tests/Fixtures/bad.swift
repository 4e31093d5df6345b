// A file of Swift with names, strings and an emoji before the finding.
func address(host: String, port: Int) -> String {
    let face = "😀" + name(gethostbyname(host))
    return "\(host):\(port)" + face
}
