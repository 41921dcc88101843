# slurm.bash - a cluster of this one machine for tests: munged, slurmctld and slurmd of the test's own, on free ports of
# loopback, with everything they write in one folder.

# Installed, and able to run: slurmd wants the control groups that containers and bare roots may lack.
slurm_can_run() {
    local program
    grep -q ' /sys/fs/cgroup' /proc/mounts || return 1
    for program in munged slurmctld slurmd sbatch squeue scontrol scancel; do
        command -v "$program" >/dev/null || PATH=$PATH:/usr/sbin command -v "$program" >/dev/null || return 1
    done
}

free_port() {
    local port
    for port in $(shuf -i 20000-32000 -n 50); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
    return 1
}

# start_slurm FOLDER - and SLURM_CONF to find it by. Waits until it takes jobs.
start_slurm() {
    local folder=$1 user host tries=0
    PATH=$PATH:/usr/sbin
    user=$(id -un) host=$(hostname -s)
    mkdir -p "$folder"/{state,spool}
    chmod 755 "$folder"
    head -c 1024 /dev/urandom >"$folder/munge.key"
    chmod 400 "$folder/munge.key"
    munged --foreground --force --key-file="$folder/munge.key" --socket="$folder/munge.socket" \
        --pid-file="$folder/munged.pid" --log-file="$folder/munged.log" --seed-file="$folder/munge.seed" \
        >/dev/null 2>"$folder/munged.err" 3>&- &
    echo $! >"$folder/munged.job"
    cat >"$folder/slurm.conf" <<END
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
CredType=cred/munge
SlurmctldPort=$(free_port)
SlurmdPort=$(free_port)
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_res
SelectTypeParameters=CR_Core
MpiDefault=none
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
JobCompType=jobcomp/none
SchedulerType=sched/builtin
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0
ReturnToService=2
KillWait=5
MaxArraySize=6
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 RealMemory=1000 State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=10 State=UP
END
    export SLURM_CONF=$folder/slurm.conf
    until [ -S "$folder/munge.socket" ]; do
        sleep 0.05
        tries=$((tries + 1))
        [ "$tries" -lt 200 ] || { cat "$folder/munged.err"; return 1; }
    done
    slurmctld -D >/dev/null 2>"$folder/slurmctld.err" 3>&- &
    echo $! >"$folder/slurmctld.job"
    slurmd -D -N "$host" >/dev/null 2>"$folder/slurmd.err" 3>&- &
    echo $! >"$folder/slurmd.job"
    tries=0
    until sinfo --noheader --format=%T 2>/dev/null | grep -qx idle; do
        sleep 0.1
        tries=$((tries + 1))
        [ "$tries" -lt 200 ] || { tail -n 20 "$folder"/*.err "$folder"/*.log; return 1; }
    done
}

# One after another, since what has ended tells the next of it; what does not end within ten seconds is killed.
stop_slurm() { # stop_slurm FOLDER
    local job pid tries
    [ -e "$1/slurm.conf" ] || return 0
    scancel --user="$(id -un)" 2>/dev/null || true
    for ((tries = 0; tries < 100; tries++)); do
        [ -n "$(squeue --noheader 2>/dev/null)" ] || break
        sleep 0.1
    done
    for job in slurmd slurmctld munged; do
        [ -e "$1/$job.job" ] || continue
        pid=$(cat "$1/$job.job")
        kill "$pid" 2>/dev/null || true
        for ((tries = 0; tries < 200; tries++)); do
            kill -0 "$pid" 2>/dev/null || break
            sleep 0.05
        done
        kill -9 "$pid" 2>/dev/null || true
    done
}
