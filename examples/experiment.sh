# What the examples with real logs share; read by their run scripts.
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
drlput=${DRLPUT:-$root/drlput}
data= out=out-$(basename "$here")
while [ $# -gt 1 ]; do
    case $1 in
        --data) data=$2 ;;
        --out) out=$2 ;;
        *) break ;;
    esac
    shift 2
done
if [ $# -gt 0 ] || [ -z "$data" ]; then
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi

# prepare FILE NAME PROGRAM: the table as $out/NAME.csv, by an awk program whose fields are cells.
prepare() {
    if [ ! -f "$data/$1" ]; then
        echo "there is no $data/$1: --data is the directory that holds it" >&2
        exit 1
    fi
    mkdir -p "$out"
    gzip -dc "$data/$1" | awk -F, -v OFS=, "$3" >"$out/$2.csv"
}

# judge NAME: trains on $out/NAME.csv, and tells what policy and actions are worth.
judge() {
    "$drlput" train --experiment "$here/experiment.yaml" --logs "$out/$1.csv" --out "$out/$1" --overwrite
    "$drlput" actions "$out/$1"
}
